/**
 * Places that `pointsman pool pull` can fetch a GGUF file from, in node-llama-cpp's notation: a file or a quantisation
 * of a Hugging Face repository, or a URL.
 */
const word = "[A-Za-z0-9][\\w.-]*";
const huggingFaceFile = `hf:${word}/${word}(?:/[\\w.+ -]+)*/[\\w.+ -]+\\.gguf(?:#[\\w./-]+)?`;
const huggingFaceQuantisation = `hf:${word}/${word}:[\\w.-]+`;
const url = "https?://[^\\s/@?#]+/(?:[^\\s?#]*/)?[^\\s/?#]+\\.gguf(?:\\?[^\\s#]*)?";
export const sourcePattern = new RegExp(
  `^(?:${huggingFaceFile}|${huggingFaceQuantisation}|${url})$`,
);

/**
 * The name of the file that a source gives. node-llama-cpp guesses chat formats from file names, so the name is kept.
 * @param source one that `sourcePattern` accepts.
 */
export function fileNameOf(source: string): string {
  const quantisation = /^hf:[^/]+\/([^/:]+):(.+)$/.exec(source);
  if (quantisation !== null) {
    return `${quantisation[1]!.replace(/-gguf$/i, "")}.${quantisation[2]}.gguf`;
  }
  const last = source
    .replace(/[?#].*$/, "")
    .split("/")
    .at(-1)!;
  // Escapes stay: "%2F" must not become a directory.
  return last.replaceAll(/%(?!20)/g, "_").replaceAll("%20", " ");
}
