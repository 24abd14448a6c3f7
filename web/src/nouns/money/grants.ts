// Free credit by name.

const NAMES: Record<string, string> = { signup: "Sign-up credit" };

/** What a grant is called: "Sign-up credit", "Spring gift". */
export function grantName(id: string): string {
  const words = id.replaceAll("-", " ");
  return NAMES[id] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
