// Opens the list of what is saved for a page; fetched when it is first asked for.
import { Button } from "@cloudflare/kumo/components/button";
import { BookmarkSimpleIcon } from "@phosphor-icons/react/BookmarkSimple";
import { lazy, Suspense, useState } from "react";
import type { SavedDialogProps } from "./saved-dialog.tsx";

const SavedDialog = lazy(() => import("./saved-dialog.tsx"));

export function SavedButton(props: Omit<SavedDialogProps, "close">) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button
        size="sm"
        icon={<BookmarkSimpleIcon size={14} />}
        aria-haspopup="dialog"
        onClick={() => setIsOpen(true)}
      >
        Saved
      </Button>
      {isOpen && (
        <Suspense>
          <SavedDialog {...props} close={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
