// What can go wrong between the page and the API.

/** A refusal of the API, or (status 0) no answer at all. `message` is written for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** No answer came: the connection, not the request, is at fault. */
export const isOffline = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 0;

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : "Something went wrong. Please try again.";

/** The code of a refusal, or null. */
export const codeOf = (error: unknown): string | null =>
  error instanceof ApiError ? error.code : null;

export async function refusalOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  try {
    const { error, message } = JSON.parse(text);
    return new ApiError(
      response.status,
      error?.code ?? "failed",
      error?.message ?? message ?? `The request failed (${response.status}).`,
    );
  } catch {
    return new ApiError(
      response.status,
      "unreadable",
      `The server's answer (${response.status}) could not be read. Please try again.`,
    );
  }
}
