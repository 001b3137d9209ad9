import { decimalForm } from "../../datasets/answers.js";

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** One form of a fraction: decimals where they end, "1/3" in lowest terms where they do not. */
export function fractionForm(
  negative: boolean,
  whole: bigint,
  top: bigint,
  bottom: bigint,
): string {
  const numerator = whole * bottom + top;
  const divisor = greatestCommonDivisor(numerator, bottom);
  const [n, d] = [numerator / divisor, bottom / divisor];
  const digits = decimalsOf(d);
  if (digits === undefined) return `${negative ? "-" : ""}${n}/${d}`;
  const scaled = String((n * 10n ** BigInt(digits)) / d).padStart(digits + 1, "0");
  const point = scaled.length - digits;
  return decimalForm(negative, scaled.slice(0, point), scaled.slice(point));
}

/** One form of whole.part x 10^power, written out. */
export function scientificForm(
  negative: boolean,
  whole: string,
  part: string,
  power: number,
): string {
  if (power >= 0) {
    const padded = part.padEnd(power, "0");
    return decimalForm(negative, whole + padded.slice(0, power), padded.slice(power));
  }
  const padded = whole.padStart(-power, "0");
  const point = padded.length + power;
  return decimalForm(negative, padded.slice(0, point), padded.slice(point) + part);
}

/** "-5", "−5", "⁻⁵" or "+5" as a number. */
export function powerOf(written: string): number {
  const plain = [...written].map((sign) => {
    const digit = superscripts.indexOf(sign);
    if (digit >= 0) return String(digit);
    return sign === "\u2212" || sign === "⁻" ? "-" : sign.replace("⁺", "+");
  });
  return Number(plain.join(""));
}

/** Decimals that 1 / denominator has; undefined where they do not end. */
function decimalsOf(denominator: bigint): number | undefined {
  let rest = denominator;
  const count = (prime: bigint) => {
    let times = 0;
    for (; rest % prime === 0n; rest /= prime) times += 1;
    return times;
  };
  const digits = Math.max(count(2n), count(5n));
  return rest === 1n ? digits : undefined;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
