// Ctrl K: go anywhere, find a pod or a GPU. Arrows choose, Enter goes, Escape closes.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command, defaultFilter, useCommandState } from "cmdk";
import { X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { queries } from "../api/queries.ts";
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

/** How well a row's names match what is typed; its identifier counts for nothing. */
export const matches = (_id: string, typed: string, names: string[] = []): number =>
  defaultFilter(names.join(" "), typed);

interface PaletteProps {
  onClose: () => void;
  signedIn: boolean;
}

export default function Palette({ onClose, signedIn }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // A dialog restores the focus only if it is closed before it is removed, and Ctrl K just removes
  // it.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (!shown?.open) shown?.showModal();
    shown?.querySelector("input")?.focus();
    return () => shown?.close();
  }, []);
  const close = () => dialog.current?.close();
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
      <Command label="Search pods, GPUs and pages" loop filter={matches}>
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
          <Nothing onGo={close} />
          {signedIn && <Pods onGo={close} />}
          <Pages onGo={close} signedIn={signedIn} />
          <Gpus onGo={close} />
        </Command.List>
      </Command>
    </dialog>
  );
}

interface GroupProps {
  /** Called before a row's act, which may need the focus. */
  onGo: () => void;
}

interface RowProps extends GroupProps {
  id: string;
  /** What it is found by. */
  names: string;
  act: () => unknown;
  children: ReactNode;
}

const Row = ({ id, names, act, onGo, children }: RowProps) => (
  <Command.Item
    value={id}
    keywords={[names]}
    onSelect={() => {
      onGo();
      void act();
    }}
    className={ROW}
  >
    {children}
  </Command.Item>
);

function Pods({ onGo }: GroupProps) {
  const navigate = useNavigate();
  const pods = useQuery(queries.livePods()).data?.items ?? [];
  if (pods.length === 0) return null;
  return (
    <Command.Group heading="Pods" className={GROUP}>
      {pods.map((pod) => (
        <Row
          key={pod.id}
          id={pod.id}
          names={`${pod.name} ${machineName(pod)}`}
          act={() => navigate({ to: "/pods/$podId", params: { podId: pod.id } })}
          onGo={onGo}
        >
          <span className="min-w-0 truncate">
            {pod.name} <span className={ASIDE}>{machineName(pod)}</span>
          </span>
          <PodBadge pod={pod} />
        </Row>
      ))}
    </Command.Group>
  );
}

function Pages({ onGo, signedIn }: GroupProps & { signedIn: boolean }) {
  const navigate = useNavigate();
  const dark = useTheme() === "dark";
  return (
    <Command.Group heading="Pages" className={GROUP}>
      {paletteOf(signedIn).map(({ label, ...place }) => (
        <Row key={label} id={label} names={label} act={() => navigate(place)} onGo={onGo}>
          {label}
        </Row>
      ))}
      <Row
        id="theme"
        names="Use the dark or light theme"
        act={() => setTheme(dark ? "light" : "dark")}
        onGo={onGo}
      >
        {dark ? "Use the light theme" : "Use the dark theme"}
      </Row>
    </Command.Group>
  );
}

function Gpus({ onGo }: GroupProps) {
  const navigate = useNavigate();
  const gpus = useQuery(queries.facets()).data?.gpus ?? [];
  if (gpus.length === 0) return null;
  return (
    <Command.Group heading="GPUs" className={GROUP}>
      {gpus.map(({ gpu, gpu_memory_gib: memory, offers_available: offers }) => (
        <Row
          key={`${gpu} ${memory}`}
          id={`${gpu} ${memory}`}
          names={`${gpu} ${memory} GiB`}
          act={() => navigate({ to: "/offers", search: { gpu } })}
          onGo={onGo}
        >
          <span className="min-w-0 truncate">
            {gpu} <span className={ASIDE}>{memory} GiB</span>
          </span>
          <span className={ASIDE}>
            {offers === 0
              ? "sold out"
              : `${offers.toLocaleString("en-US")} ${offers === 1 ? "offer" : "offers"}`}
          </span>
        </Row>
      ))}
    </Command.Group>
  );
}

/** Something to choose where nothing matches: a list of options must not be empty. */
function Nothing({ onGo }: GroupProps) {
  const navigate = useNavigate();
  const found = useCommandState((state) => state.filtered.count);
  if (found > 0) return null;
  return (
    <Command.Item
      forceMount
      value="nothing"
      onSelect={() => {
        onGo();
        void navigate({ to: "/offers" });
      }}
      className={ROW}
    >
      <span>
        Nothing by that name. <span className="font-medium">Browse all GPUs</span>
      </span>
    </Command.Item>
  );
}
