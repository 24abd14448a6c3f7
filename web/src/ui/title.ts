import { useEffect } from "react";
import { useBrandName } from "./brand.tsx";

/** Sets the page's name in the browser's tab and history. */
export function useTitle(page: string) {
  const brand = useBrandName();
  useEffect(() => {
    document.title = `${page} · ${brand}`;
  }, [page, brand]);
}
