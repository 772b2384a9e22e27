/**
 * How long nothing has arrived on a socket, for somebody who asks every second or so. Its bytes are counted anyway, so
 * their way costs nothing more.
 */
export function watchSilence(
  socket: { readonly bytesRead: number },
  now: () => number = () => performance.now(),
): () => number {
  let heard = socket.bytesRead;
  let since = now();
  return () => {
    if (socket.bytesRead !== heard) {
      heard = socket.bytesRead;
      since = now();
    }
    return now() - since;
  };
}
