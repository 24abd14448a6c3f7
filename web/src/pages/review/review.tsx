import { PageHead } from "../../ui/index.ts";

export const Review = () => <PageHead title="Review" />;
