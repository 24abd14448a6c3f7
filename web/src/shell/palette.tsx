// Ctrl K: go anywhere, find a pod or a GPU. Arrows choose, Enter goes, Escape closes.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command, useCommandState } from "cmdk";
import { X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { queries } from "../api/queries.ts";
import { rate } from "../lib/money.ts";
import { IconButton } from "../ui/index.ts";
import { setTheme, useTheme } from "../ui/theme.ts";
import { machineName } from "../nouns/offer/machine.ts";
import { PodBadge } from "../nouns/pod/badge.tsx";
import { paletteOf } from "./pages.ts";

const ROW =
  "flex min-h-9 cursor-pointer items-center justify-between gap-3 rounded-sm px-2.5 " +
  "data-[selected=true]:bg-brand-soft data-[selected=true]:text-brand-ink max-md:min-h-11";
const GROUP =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 " +
  "[&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-label " +
  "[&_[cmdk-group-heading]]:text-mute";
/** The text beside a row's name takes the row's colour when the row is selected. */
const ASIDE = "num shrink-0 text-mute in-data-[selected=true]:text-brand-ink";

export default function Palette({ onClose, signedIn }: { onClose: () => void; signedIn: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const dark = useTheme() === "dark";
  const pods = useQuery({ ...queries.livePods(), enabled: signedIn }).data?.items ?? [];
  const gpus = useQuery(queries.facets()).data?.gpus ?? [];
  // A dialog restores the focus only if it is closed before it is removed, and Ctrl K just removes
  // it.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (!shown?.open) shown?.showModal();
    shown?.querySelector("input")?.focus();
    return () => shown?.close();
  }, []);
  const close = () => dialog.current?.close();
  const row = (key: string, value: string, act: () => unknown, children: ReactNode) => (
    <Command.Item
      key={key}
      value={value}
      onSelect={() => {
        close();
        void act();
      }}
      className={ROW}
    >
      {children}
    </Command.Item>
  );
  return (
    <dialog
      ref={dialog}
      aria-label="Search"
      onClose={() => {
        if (!dialog.current?.open) onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
      className={
        "mx-auto mt-[12vh] w-[calc(100vw-32px)] max-w-xl rounded-card border border-line " +
        "bg-surface p-0 shadow-float max-md:mt-4"
      }
    >
      <Command label="Search pods, GPUs and pages" loop>
        <div className="flex items-center border-b border-line pr-1.5">
          <Command.Input
            placeholder="Search pods, GPUs, pages"
            className={
              "h-12 min-w-0 flex-1 bg-transparent px-4 text-read placeholder:text-mute " +
              "focus-visible:outline-none"
            }
          />
          <IconButton label="Close the search" onClick={close}>
            <X size={16} aria-hidden />
          </IconButton>
        </div>
        <Command.List className="max-h-[50vh] overflow-y-auto overscroll-contain p-2">
          <Nothing
            onBrowse={() => {
              close();
              void navigate({ to: "/offers" });
            }}
          />
          {pods.length > 0 && (
            <Command.Group heading="Pods" className={GROUP}>
              {pods.map((pod) =>
                row(
                  pod.id,
                  `${pod.name} ${machineName(pod)} ${pod.id}`,
                  () => navigate({ to: "/pods/$podId", params: { podId: pod.id } }),
                  <>
                    <span className="min-w-0 truncate">
                      {pod.name} <span className={ASIDE}>{machineName(pod)}</span>
                    </span>
                    <PodBadge pod={pod} />
                  </>,
                ),
              )}
            </Command.Group>
          )}
          <Command.Group heading="Pages" className={GROUP}>
            {paletteOf(signedIn).map(({ label, ...place }) =>
              row(label, label, () => navigate(place), label),
            )}
            {row(
              "theme",
              "Use the dark or light theme",
              () => setTheme(dark ? "light" : "dark"),
              dark ? "Use the light theme" : "Use the dark theme",
            )}
          </Command.Group>
          {gpus.length > 0 && (
            <Command.Group heading="GPUs" className={GROUP}>
              {gpus.map(
                ({ gpu, gpu_memory_gib: memory, lowest_rate_usd_micros_per_hour: lowest }) =>
                  row(
                    `${gpu} ${memory}`,
                    `${gpu} ${memory} GiB`,
                    () => navigate({ to: "/offers", search: { gpu } }),
                    <>
                      <span className="min-w-0 truncate">
                        {gpu} <span className={ASIDE}>{memory} GiB</span>
                      </span>
                      {lowest != null && <span className={ASIDE}>from {rate(lowest)} an hour</span>}
                    </>,
                  ),
              )}
            </Command.Group>
          )}
        </Command.List>
      </Command>
    </dialog>
  );
}

/** Something to choose where nothing matches: a list of options must not be empty. */
function Nothing({ onBrowse }: { onBrowse: () => void }) {
  const found = useCommandState((state) => state.filtered.count);
  if (found > 0) return null;
  return (
    <Command.Item forceMount value="nothing" onSelect={onBrowse} className={ROW}>
      <span>
        Nothing by that name. <span className="font-medium">Browse all GPUs</span>
      </span>
    </Command.Item>
  );
}
