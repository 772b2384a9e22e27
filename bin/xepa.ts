/** The product's one command. Checks the Node it runs on before anything that needs it is loaded. */
const oldestNode = [22, 20] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
  console.error(
    `XEPA needs Node ${oldestNode.join('.')} or newer, and this is ${process.versions.node}. ` +
      'Run it by `npm start`, which brings its own Node, or install Node 24.',
  );
  process.exit(1);
}

// First of all: what is loaded makes the heap grow, and it does not shrink again.
const { tuneHeap } = await import('./cli/heap.ts');
tuneHeap(process.argv[2]);

const { main } = await import('./cli/main.ts');
// By force: after a failed start a timer or a connection of the part that failed may still be there.
process.exit(await main(process.argv.slice(2), process.env));
