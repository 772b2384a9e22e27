/**
 * The least that a gateway can do: WebSocket in front, socket behind, nothing checked. The yardstick for ours.
 * Arguments: the port to listen on, the unix socket to connect to.
 */
import { connect } from 'node:net';
import { WebSocketServer } from 'ws';

const [port, path = ''] = process.argv.slice(2);
const HIGH = 1024 * 1024;

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(port), perMessageDeflate: false });
server.on('connection', (browser) => {
  const screen = connect(path);
  const sent = () => {
    if (screen.isPaused() && browser.bufferedAmount < HIGH / 4) screen.resume();
  };
  screen.on('data', (bytes: Buffer) => {
    browser.send(bytes, sent);
    if (browser.bufferedAmount > HIGH) screen.pause();
  });
  browser.on('message', (bytes: Buffer) => screen.write(bytes));
  for (const end of ['close', 'error']) {
    screen.on(end, () => browser.terminate());
    browser.on(end, () => screen.destroy());
  }
});
