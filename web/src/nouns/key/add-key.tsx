// Adding a public key, with the same checks as the API's.

import { useQueryClient } from "@tanstack/react-query";
import type { ClipboardEvent } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { KEY_NAME_MAX, keyComment, keyLine, keyProblem } from "../../lib/ssh-key.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import {
  Button,
  CopyLine,
  Dialog,
  Field,
  Form,
  Input,
  TextArea,
  toast,
  useForm,
} from "../../ui/index.ts";

interface Props {
  open: boolean;
  onClose: () => void;
  /** Called once for each key that was added. */
  onAdded?: (key: Shape<"SshKeyView">) => void;
  known: readonly Shape<"SshKeyView">[];
}

export const AddKey = ({ open, onClose, onAdded, known }: Props) => (
  <Dialog open={open} onClose={onClose} title="Add an SSH key">
    <KeyForm known={known} onAdded={onAdded} onDone={onClose} />
  </Dialog>
);

function nameProblem(text: string): string | null {
  const name = text.trim();
  if (name === "") return "Give the key a name, such as that of your computer.";
  return Array.from(name).length > KEY_NAME_MAX
    ? `The name of a key has at most ${KEY_NAME_MAX} characters.`
    : null;
}

/** The form's fields, and how the key in them is added. */
function useKeyForm({ known, onAdded, onDone }: KeyFormProps) {
  const client = useQueryClient();
  const form = useForm(
    { key: "", name: "" },
    {
      checks: {
        key: (text) => {
          const same = known.find(({ public_key }) => public_key === keyLine(text));
          return keyProblem(text) ?? (same ? `You already have this key, as ${same.name}.` : null);
        },
        name: nameProblem,
      },
      codes: {
        ssh_key_invalid: "key",
        ssh_key_private: "key",
        ssh_key_exists: "key",
        name_invalid: "name",
      },
    },
  );
  const { values } = form;
  const add = async () => {
    const name = values.name.trim();
    const key = await answer(
      api.POST("/api/v2/ssh-keys", { body: { name, public_key: values.key.trim() } }),
    );
    await client.invalidateQueries({ queryKey: ["keys"] });
    toast(`${name} was added.`);
    onAdded?.(key);
    onDone();
  };
  // A key's comment is usually the name its owner would give it.
  const pasted = ({ clipboardData }: ClipboardEvent) => {
    const comment = keyComment(clipboardData.getData("text"));
    if (values.name === "" && values.key === "" && comment) form.set("name", comment);
  };
  return { form, add, pasted };
}

interface KeyFormProps extends Pick<Props, "known" | "onAdded"> {
  onDone: () => void;
}

function KeyForm(props: KeyFormProps) {
  const { form, add, pasted } = useKeyForm(props);
  const { errors } = form;
  return (
    <Form
      of={form}
      act={add}
      label="SSH key"
      footer={
        <div className="flex justify-end gap-2">
          <Button onClick={props.onDone}>Cancel</Button>
          <Button type="submit" tone="primary" busy={form.busy}>
            Add the key
          </Button>
        </div>
      }
    >
      <Field
        label="Public key"
        error={errors.key}
        hint={errors.key ? undefined : "One line of a .pub file, such as ~/.ssh/id_ed25519.pub"}
      >
        <TextArea
          {...form.bind("key")}
          data-first
          onPaste={pasted}
          rows={4}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder="ssh-ed25519 AAAA… ada@laptop"
          className="break-all"
        />
      </Field>
      <Field label="Name" error={errors.name}>
        <Input
          {...form.bind("name")}
          autoComplete="off"
          placeholder="laptop"
          maxLength={KEY_NAME_MAX}
        />
      </Field>
      <Disclosure label="No key yet? Create one">
        <CopyLine label="Command" text="ssh-keygen -t ed25519" />
      </Disclosure>
    </Form>
  );
}
