import { Moon, Sun } from "lucide-react";
import { IconButton } from "../ui/basics.tsx";
import { setTheme, useTheme } from "../ui/theme.ts";

export function ThemeButton() {
  const dark = useTheme() === "dark";
  return (
    <IconButton
      label={dark ? "Use the light theme" : "Use the dark theme"}
      onClick={() => setTheme(dark ? "light" : "dark")}
    >
      {dark ? <Sun size={17} aria-hidden /> : <Moon size={17} aria-hidden />}
    </IconButton>
  );
}
