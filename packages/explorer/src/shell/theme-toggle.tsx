// Steps through system, light and dark.
import { Button } from "@cloudflare/kumo/components/button";
import { DesktopIcon } from "@phosphor-icons/react/Desktop";
import { MoonIcon } from "@phosphor-icons/react/Moon";
import { SunIcon } from "@phosphor-icons/react/Sun";
import { type ThemeChoice, useTheme } from "../theme/mode.ts";

const NEXT: Record<ThemeChoice, ThemeChoice> = { system: "light", light: "dark", dark: "system" };
const ICON = { system: DesktopIcon, light: SunIcon, dark: MoonIcon };

export function ThemeToggle() {
  const [choice, choose] = useTheme();
  const Icon = ICON[choice];
  const label = `Colours: ${choice}. Switch to ${NEXT[choice]}`;
  return (
    <Button
      variant="ghost"
      size="sm"
      shape="square"
      aria-label={label}
      title={label}
      icon={<Icon size={16} />}
      onClick={() => choose(NEXT[choice])}
    />
  );
}
