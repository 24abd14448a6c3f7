// jsdom has no modal dialogs; for tests, `<dialog>` at least opens and closes.

const setOpen = (open: boolean) =>
  function set(this: HTMLDialogElement) {
    this.open = open;
  };
Object.assign(HTMLDialogElement.prototype, { showModal: setOpen(true), close: setOpen(false) });
