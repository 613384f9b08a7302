/**
 * Absolute path of the folder with the built page. Serve its files at `/` and `index.html` for every other path that
 * is not the API's: the page routes by path. The folder exists once `npm run build` has run.
 */
export declare const assetsDir: string;
