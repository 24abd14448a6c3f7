// What the machine is for: a workload, and what belongs to it.

import { Target } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, Field, Input, Popover, Select } from "../../ui/index.ts";
import {
  BILLIONS_MAX,
  BITS,
  hasModel,
  METHODS,
  type OffersUrl,
  USUAL_BILLIONS,
  WORKLOADS,
  type Workload,
} from "./search.ts";
import type { Change } from "./url.ts";
import {
  BITS_NAMES,
  METHOD_NAMES,
  WORKLOAD_NAMES,
  WORKLOAD_NOTES,
  workloadInWords,
} from "./workload.ts";

interface Props {
  url: OffersUrl;
  change: Change;
  /** Memory that the model needs, GiB, once it is known. */
  needs?: number | null;
}

const TYPING_MS = 400;
const NONE = { workload: undefined, billions: undefined, bits: undefined, method: undefined };

/** A pill that says what the machine is for, with a panel to change it. */
export const WorkloadPill = (props: Props) => (
  <Popover
    label={
      <>
        <Target size={15} aria-hidden />
        {workloadInWords(props.url) ?? "For any workload"}
      </>
    }
    name={`Workload: ${workloadInWords(props.url) ?? "any"}`}
    active={props.url.workload !== undefined}
  >
    <div className="w-64 max-w-[calc(100vw-3rem)]">
      <WorkloadForm {...props} />
    </div>
  </Popover>
);

function WorkloadForm({ url, change, needs }: Props) {
  // Weights were chosen for what was asked before.
  const ask = (patch: Partial<OffersUrl>) =>
    change({ ...patch, weights: undefined, offer: undefined });
  const { workload } = url;
  return (
    <div className="grid gap-3">
      <Field label="What for" hint={workload && WORKLOAD_NOTES[workload]}>
        <Select
          value={workload ?? ""}
          onChange={({ target: { value } }) =>
            ask({ ...NONE, workload: value === "" ? undefined : (value as Workload) })
          }
        >
          <option value="">Any workload</option>
          {WORKLOADS.map((name) => (
            <option key={name} value={name}>
              {WORKLOAD_NAMES[name]}
            </option>
          ))}
        </Select>
      </Field>
      {hasModel(workload) && <Billions key={workload} url={url} ask={ask} />}
      {workload === "run" && (
        <Field label="Kept in">
          <Select
            value={url.bits ?? "16"}
            onChange={({ target: { value } }) => ask({ bits: value as OffersUrl["bits"] })}
          >
            {BITS.map((bits) => (
              <option key={bits} value={bits}>
                {BITS_NAMES[bits]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {workload === "fine_tune" && (
        <Field label="How">
          <Select
            value={url.method ?? "lora"}
            onChange={({ target: { value } }) => ask({ method: value as OffersUrl["method"] })}
          >
            {METHODS.map((method) => (
              <option key={method} value={method}>
                {METHOD_NAMES[method]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {hasModel(workload) && needs != null && (
        <p role="status" className="num text-label text-mute">
          Needs {needs.toLocaleString("en-US")} GiB, besides 1 GiB that each GPU keeps for itself.
        </p>
      )}
      {workload && (
        <Button size="small" className="justify-self-start" onClick={() => ask(NONE)}>
          Any workload
        </Button>
      )}
    </div>
  );
}

/** The model's size; it applies shortly after typing. */
function Billions({ url, ask }: { url: OffersUrl; ask: (patch: Partial<OffersUrl>) => void }) {
  const [typed, setTyped] = useState(String(url.billions ?? USUAL_BILLIONS));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const wrong = !isSize(typed);
  const apply = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    if (isSize(text)) timer.current = setTimeout(() => ask({ billions: Number(text) }), TYPING_MS);
  };
  return (
    <Field
      label="Billions of parameters"
      error={
        wrong ? `Enter a whole number from 1 to ${BILLIONS_MAX.toLocaleString("en-US")}.` : null
      }
    >
      <Input
        inputMode="numeric"
        autoComplete="off"
        value={typed}
        onChange={({ target }) => apply(target.value)}
      />
    </Field>
  );
}

const isSize = (text: string): boolean =>
  /^\d{1,4}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= BILLIONS_MAX;
