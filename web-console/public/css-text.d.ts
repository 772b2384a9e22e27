/** Style sheets that the build puts into a script as text. */
declare module '*.css' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how the build exports a text
  export default text;
}
