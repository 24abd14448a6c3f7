// Requesting another code, once the server is ready to mail one.

import { useState } from "react";
import { messageOf } from "../../api/errors.ts";
import { countdown } from "../../lib/time.ts";
import { Button, ErrorNote, useNow } from "../../ui/index.ts";

/** The server mails one code a minute and silently ignores requests in between. */
const PAUSE_MS = 60_000;

/**
 * Has a new code mailed by `send`; `mailedAt` is when the last one was, as far as this browser
 * knows.
 */
export function Resend({
  send,
  mailedAt,
}: {
  send: () => Promise<unknown>;
  mailedAt: number | undefined;
}) {
  const [sentAt, setSentAt] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const until = (sentAt ?? mailedAt ?? 0) + PAUSE_MS;
  const [waiting, setWaiting] = useState(() => Date.now() < until);
  const now = useNow(waiting ? 1_000 : null);
  const left = Math.ceil((until - now) / 1_000);
  if (waiting && left <= 0) setWaiting(false);
  const again = async () => {
    setBusy(true);
    setError(null);
    try {
      await send();
      setSentAt(Date.now());
      setWaiting(true);
    } catch (caught) {
      setError(messageOf(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="mt-5 grid gap-2 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="num text-mute">
          {waiting && left > 0 ? `A new code can be sent in ${countdown(left)}` : "No code yet?"}
        </p>
        <Button
          busy={busy}
          aria-disabled={waiting || busy || undefined}
          onClick={() => {
            if (!waiting) void again();
          }}
        >
          Send a new code
        </Button>
      </div>
      <output className={sentAt === null ? "sr-only" : "text-label text-mute"}>
        {sentAt !== null &&
          "If this address is waiting for a code, a new one is on its way. Only the newest works."}
      </output>
      {error && <ErrorNote>{error}</ErrorNote>}
    </div>
  );
}
