// What is shown for a page that does not exist, is still loading, or failed.

import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { buttonClass, Empty, Failed, SkeletonRows } from "../ui/index.ts";

export function NotFound() {
  return (
    <main id="main" tabIndex={-1}>
      <h1 className="sr-only">Page not found</h1>
      <Empty
        title="This page does not exist"
        action={
          <Link to="/offers" className={buttonClass("primary")}>
            Browse GPUs
          </Link>
        }
      >
        The address may be mistyped, or what it showed belongs to another account.
      </Empty>
    </main>
  );
}

export const PagePending = () => (
  <div className="card">
    <SkeletonRows label="Loading the page" />
  </div>
);

/** For a page that threw, usually because a new version was published while it was open. */
export const PageError = ({ error }: ErrorComponentProps) => (
  <div className="card">
    <h1 className="sr-only">Error</h1>
    <Failed what="This page" error={error} retry={() => location.reload()} />
  </div>
);
