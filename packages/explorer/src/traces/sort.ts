// By what the list is sorted: by time as it comes, or by one of its figures, most first, over all that is stored.
const SORTS = ["duration", "spans", "errors", "logs"] as const;
export type Sort = (typeof SORTS)[number];

export const isSort = (value: unknown): value is Sort => SORTS.some((sort) => sort === value);
