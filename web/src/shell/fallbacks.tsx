// What is shown for a page that does not exist, is still loading, or failed.

import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { useTitle } from "../ui/title.ts";
import { buttonClass, Empty, Failed, SkeletonRows } from "../ui/index.ts";

/** Shown in the console's frame, whose menu leads on. */
export function NotFound() {
  useTitle("Page not found");
  return (
    <div className="card">
      <meta name="robots" content="noindex" />
      <h1 className="sr-only">Page not found</h1>
      <Empty
        title="This page does not exist"
        action={
          <Link to="/offers" className={buttonClass("primary")}>
            Browse GPUs
          </Link>
        }
      >
        The address may be mistyped, or the page belongs to another account.
      </Empty>
    </div>
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
