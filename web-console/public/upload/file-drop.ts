/** Takes files that are dropped on the page. Without it the browser would leave the page to show the file. */
export function wireDrop(place: HTMLElement, take: { may(): boolean; file(file: File): void }): void {
  const over = (is: boolean) => place.classList.toggle('drop', is);
  window.addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = take.may() ? 'copy' : 'none';
    over(take.may());
  });
  window.addEventListener('dragleave', (event) => {
    // Only where the pointer leaves the window, not where it goes from one part of the page to another.
    if (event.relatedTarget === null) over(false);
  });
  window.addEventListener('drop', (event) => {
    over(false);
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && take.may()) take.file(file);
  });
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
