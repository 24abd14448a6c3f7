// What the pod runs: one template of a few, as cards.

import { useId } from "react";
import type { Shape } from "../../api/client.ts";
import { Badge, cx } from "../../ui/index.ts";
import { needsKey } from "../../nouns/key/choose.ts";

interface TemplateFieldProps {
  templates: readonly Shape<"Template">[];
  value: string;
  onChange: (id: string) => void;
  diskMost: number;
}

export function TemplateField({ templates, value, onChange, diskMost }: TemplateFieldProps) {
  const name = useId();
  return (
    <fieldset>
      <legend className="sr-only">Template</legend>
      <div className="grid gap-2.5 sm:grid-cols-2 xl:grid-cols-3">
        {templates.map((template) => {
          const chosen = template.id === value;
          const tooLarge = template.disk_gib_min > diskMost;
          return (
            <label
              key={template.id}
              className={cx(
                "relative grid content-start gap-1 rounded-control border p-3.5 " +
                  "transition-colors has-focus-visible:outline-2 " +
                  "has-focus-visible:outline-offset-2 has-focus-visible:outline-brand",
                chosen ? "border-brand bg-brand-soft" : "border-line2 hover:bg-sunk",
                tooLarge && "opacity-70",
              )}
            >
              <input
                type="radio"
                name={name}
                className="absolute top-4 right-3.5 size-4 accent-(--brand)"
                checked={chosen}
                onChange={() => onChange(template.id)}
              />
              <span className="pr-6 text-read font-semibold">{template.name}</span>
              <span className={chosen ? "" : "text-mute"}>{template.summary}</span>
              <span className="mt-1.5 flex flex-wrap gap-1.5">
                <Badge>{waysIn(template)}</Badge>
                <Badge>
                  <span className="num">
                    {tooLarge
                      ? `Needs ${template.disk_gib_min} GiB: more than this machine has`
                      : `from ${template.disk_gib_min} GiB`}
                  </span>
                </Badge>
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function waysIn(template: Shape<"Template">): string {
  if (needsKey(template)) return "SSH";
  if (template.jupyter_port != null) return "Jupyter, SSH";
  return template.ports.length > 0 ? `Port ${template.ports.join(", ")}, SSH` : "SSH";
}
