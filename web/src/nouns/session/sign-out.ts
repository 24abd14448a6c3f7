// Signing out, from anywhere in the app.

import { useNavigate } from "@tanstack/react-router";
import { logout } from "../../api/session.ts";
import { toast } from "../../ui/index.ts";
import { removeNow } from "../../ui/removals.ts";

/** Ends the session and goes to the sign-in; throws when the session could not be ended. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    await removeNow();
    await logout();
    await navigate({ to: "/login" });
    toast("You are signed out.");
  };
}
