// Signing in and continuing from there, and the password that the next page needs.

import { useNavigate } from "@tanstack/react-router";
import { codeOf } from "../../api/errors.ts";
import { login } from "../../api/session.ts";
import { handOn } from "./next.ts";

/** A password typed a moment ago; kept in memory only, and forgotten once used. */
let held: { email: string; password: string } | null = null;

export function holdPassword(email: string, password: string) {
  held = { email, password };
}

export const heldPassword = (email: string | undefined): string | null =>
  held && held.email === email ? held.password : null;

/** Signs in and goes to `next`; a person whose address is not verified does that first. */
export function useSignIn(): (email: string, password: string, next: string) => Promise<void> {
  const navigate = useNavigate();
  return async (email, password, next) => {
    try {
      await login(email, password);
    } catch (error) {
      if (codeOf(error) !== "address_unverified") throw error;
      holdPassword(email, password);
      await navigate({ to: "/verify", ...handOn(next), state: { email } });
      return;
    }
    held = null;
    await navigate({ href: next, replace: true });
  };
}
