// What a pod may be called, as the API has it (domain/quote.rs), said before it is asked.

export const NAME_MAX = 63;

/** What is wrong with a pod's name, or null; names count characters as people do. */
export function nameProblem(name: string): string | null {
  const trimmed = name.trim();
  if (trimmed === "") return "Give the pod a name.";
  const length = Array.from(trimmed).length;
  return length > NAME_MAX
    ? `A pod's name has at most ${NAME_MAX} characters; this one has ${length}.`
    : null;
}

/** A name to begin with: "my-h100-sxm". */
export const firstName = (gpu: string): string =>
  `my-${gpu
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "")}`;
