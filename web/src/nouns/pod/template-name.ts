// The names of templates, which pods refer to by identifiers.

import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";

/** A template's name; its identifier until the names are known, or when it is gone. */
export function useTemplateName(): (id: string) => string {
  const templates = useQuery(queries.templates()).data?.items;
  return (id) => templates?.find((template) => template.id === id)?.name ?? id;
}
