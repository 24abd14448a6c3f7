// What the API requires of an address, a password, a name and a code, so that a form
// can say so before it is sent.

const EMAIL_MAX = 254;
const LOCAL_MAX = 64;
export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 64;
export const NAME_MAX = 100;

const length = (text: string): number => Array.from(text).length;
/** Printable ASCII without the characters an address would have to quote. */
const LOCAL = /^[!#$%&'*+\-./0-9=?A-Z^_`a-z{|}~]+$/;
const LABEL = /^[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?$/;

export function emailProblem(text: string): string | null {
  const email = text.trim();
  if (email === "") return "Enter your email address.";
  if (length(email) > EMAIL_MAX) return `An email address has at most ${EMAIL_MAX} characters.`;
  const at = email.indexOf("@");
  const [local, host] = [email.slice(0, at), email.slice(at + 1)];
  const fits =
    at > 0 &&
    local.length <= LOCAL_MAX &&
    LOCAL.test(local) &&
    local.split(".").every((part) => part !== "") &&
    host.includes(".") &&
    host.split(".").every((label) => LABEL.test(label));
  return fits ? null : "Enter a full email address, such as ada@example.com.";
}

export function passwordProblem(password: string, email: string): string | null {
  if (password === "") return `Choose a password of ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`;
  const count = length(password);
  if (count < PASSWORD_MIN)
    return `A password needs at least ${PASSWORD_MIN} characters; this one has ${count}.`;
  if (count > PASSWORD_MAX)
    return `A password has at most ${PASSWORD_MAX} characters; this one has ${count}.`;
  if (password.trim() !== password) return "A password cannot begin or end with a space.";
  if (/\p{Cc}/u.test(password))
    return "A password cannot contain tabs or other control characters.";
  if (password.toLowerCase() === email.trim().toLowerCase())
    return "Choose a password that is not your email address.";
  return null;
}

export function nameProblem(text: string): string | null {
  const name = text.trim();
  if (name === "") return "Enter your name.";
  if (length(name) > NAME_MAX) return `A name has at most ${NAME_MAX} characters.`;
  return /\p{Cc}/u.test(name) ? "A name cannot contain tabs or other control characters." : null;
}

/** A code as people paste it, "123 456", without its spaces. */
export const plainCode = (text: string): string => text.replace(/[\s-]/g, "");

export function codeProblem(text: string): string | null {
  const code = plainCode(text);
  if (code === "") return "Enter the code from the email.";
  return /^\d{6}$/.test(code) ? null : "The code has six digits.";
}
