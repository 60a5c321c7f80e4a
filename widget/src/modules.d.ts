// Tells the type checker that the build puts a style sheet into the bundle as its minified text.
declare module "*.css" {
  const text: string;
  export default text;
}
