// The mailed link: a pod, and the token that activates it. Both are after the #, which no browser
// sends to a server.

export interface ActivationLink {
  podId: string;
  token: string;
}

/** The link's parts from an address's hash, with or without the #; null when one is missing. */
export function linkOf(hash: string): ActivationLink | null {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const [podId, token] = [asked.get("pod_id")?.trim(), asked.get("token")?.trim()];
  return podId && token ? { podId, token } : null;
}
