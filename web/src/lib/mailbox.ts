// The mailbox that comes with the one-machine product, where mails stay instead of being sent.

/** The address of someone's local mailbox; null on a host that sends its mails. */
export function localMailbox(
  email: string | undefined,
  host: string = location.hostname,
): string | null {
  const local = host === "localhost" || host.endsWith(".localhost");
  return local && email ? `/mail?to=${encodeURIComponent(email)}` : null;
}
