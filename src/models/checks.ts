import { InvalidArgumentError } from "../errors.js";

/** @throws InvalidArgumentError unless the setting lies in 0..most; both excluded if `isOpen`. */
export function checkNumber<Name extends string>(
  settings: Readonly<Record<Name, number>>,
  name: Name,
  most: number,
  { isOpen = false } = {},
): void {
  const value = settings[name];
  if (isOpen ? value > 0 && value < most : value >= 0 && value <= most) return;
  const expected = isOpen ? `a number above 0 and below ${most}` : `a number from 0 to ${most}`;
  throw InvalidArgumentError.of(name, expected, value);
}

/** @throws InvalidArgumentError unless the setting is a whole number in least..most. */
export function checkInteger<Name extends string>(
  settings: Readonly<Record<Name, number>>,
  name: Name,
  least: number,
  most: number,
): void {
  const value = settings[name];
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw InvalidArgumentError.of(name, `a whole number from ${least} to ${most}`, value);
}

/** @throws InvalidArgumentError unless the setting is finite and at least 0. */
export function checkNotNegative<Name extends string>(
  settings: Readonly<Record<Name, number>>,
  name: Name,
): void {
  const value = settings[name];
  if (value >= 0 && Number.isFinite(value)) return;
  throw InvalidArgumentError.of(name, "a number of at least 0", value);
}
