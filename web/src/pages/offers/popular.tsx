// A first choice for those who have made none: scores mean most among GPUs of one class.

import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { gpuOptions, popular } from "./options.ts";

export function Popular({ onPick }: { onPick: (gpu: string) => void }) {
  const { data } = useQuery(queries.facets());
  const options = popular(gpuOptions(data?.gpus ?? []));
  if (options.length === 0) return null;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="text-mute">Rank within one GPU:</p>
      <ul
        className={
          "-mx-4 flex gap-1.5 px-4 max-md:w-screen max-md:overflow-x-auto md:mx-0 md:flex-wrap " +
          "md:px-0"
        }
      >
        {options.map(({ value, note }) => (
          <li key={value}>
            <button
              type="button"
              onClick={() => onPick(value)}
              className={
                "inline-flex h-8 items-center gap-1.5 rounded-full border whitespace-nowrap " +
                "border-line bg-surface px-3 text-label font-medium transition-colors " +
                "hover:border-line2 hover:bg-sunk max-md:h-9"
              }
            >
              {value} <span className="num font-normal text-mute">{note}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
