// Public SSH keys, checked before they are sent as the API checks them (domain/ssh_key.rs).

const KEY_BYTES_MAX = 4_096;
export const KEYS_MAX = 20;
export const KEY_NAME_MAX = 64;
const KEY_MATERIAL_MIN = 32;

const ALGORITHMS = [
  "ssh-ed25519",
  "ssh-rsa",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
];

/** `algorithm base64`, without the comment: two lines with the same one are the same key. */
export const keyLine = (text: string): string => text.trim().split(/\s+/).slice(0, 2).join(" ");

/** The comment after the key, usually user@machine, which makes a good name for it. */
export const keyComment = (text: string): string =>
  text.trim().split(/\s+/).slice(2).join(" ").slice(0, KEY_NAME_MAX);

/** What is wrong with a line of an OpenSSH public key file, or null. */
export function keyProblem(text: string): string | null {
  const line = text.trim();
  if (line === "") return "Paste the line of a .pub file, such as ~/.ssh/id_ed25519.pub.";
  if (line.includes("PRIVATE KEY"))
    return "This is a private key. Never send it to anyone; paste the .pub file instead.";
  if (/[\r\n]/.test(line))
    return "A public key is one line. Paste one key at a time, without line breaks.";
  if (line.length > KEY_BYTES_MAX)
    return `A public key has at most ${KEY_BYTES_MAX.toLocaleString("en-US")} characters.`;
  const [algorithm = "", encoded = ""] = line.split(/\s+/);
  if (!ALGORITHMS.includes(algorithm))
    return "A public key begins with ssh-ed25519, ecdsa-sha2-… or ssh-rsa.";
  const parts = partsOf(encoded);
  const whole =
    parts &&
    parts.length > 1 &&
    parts[0] === algorithm &&
    parts.join("").length >= algorithm.length + KEY_MATERIAL_MIN;
  return whole
    ? null
    : "This key is incomplete or altered. Copy the whole line of the .pub file again.";
}

/**
 * The strings in a key's base64, each preceded by its length (RFC 4253, section 6.6); null when
 * malformed.
 */
function partsOf(encoded: string): string[] | null {
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const blob = atob(encoded);
  const parts: string[] = [];
  for (let at = 0; at < blob.length;) {
    const length = [0, 1, 2, 3].reduce((sum, byte) => sum * 256 + blob.charCodeAt(at + byte), 0);
    const end = at + 4 + length;
    if (!(end <= blob.length)) return null;
    parts.push(blob.slice(at + 4, end));
    at = end;
  }
  return parts;
}
