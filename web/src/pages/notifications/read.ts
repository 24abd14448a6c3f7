// Marks everything as read: at once on the page, and undone when the server refuses.

import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { toast } from "../../ui/index.ts";

/** The pages with everything marked as read. */
export const allRead = <Cursor>(
  data: InfiniteData<Shape<"NotificationsPage">, Cursor>,
): InfiniteData<Shape<"NotificationsPage">, Cursor> => ({
  ...data,
  pages: data.pages.map((page) => ({
    ...page,
    unread: 0,
    items: page.items.map((item) => ({ ...item, read: true })),
  })),
});

/** Marks `newest` and all before it as read. */
export function useMarkRead() {
  const client = useQueryClient();
  const { queryKey } = queries.notifications();
  /** Closes the previous attempt's error. */
  const unsay = useRef<(() => void) | null>(null);
  return useMutation({
    mutationFn: (newest: string) =>
      answer(api.POST("/api/v2/notifications/read", { body: { up_to: newest } })),
    onMutate: async () => {
      unsay.current?.();
      // A list that is still loading would undo what is shown.
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      if (before) client.setQueryData(queryKey, allRead(before));
      return before;
    },
    onError: (error, _newest, before) => {
      if (before) client.setQueryData(queryKey, before);
      unsay.current = toast(`Nothing was marked as read. ${messageOf(error)}`, { bad: true });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
