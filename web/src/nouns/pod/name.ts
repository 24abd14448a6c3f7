// What a pod may be called, by the API's rules, so that they are shown before it is asked.

export const NAME_MAX = 63;

/** What is wrong with a pod's name, or null; its length is in characters, not bytes. */
export function nameProblem(name: string): string | null {
  const trimmed = name.trim();
  if (trimmed === "") return "Give the pod a name.";
  const length = Array.from(trimmed).length;
  return length > NAME_MAX
    ? `A pod's name has at most ${NAME_MAX} characters; this one has ${length}.`
    : null;
}

/** A suggested name: "my-h100-sxm". */
export const firstName = (gpu: string): string =>
  `my-${gpu
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "")}`;
