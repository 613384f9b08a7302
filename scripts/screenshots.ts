// Takes the README's pictures from the running demo, so that they show what there is.
import { join } from "node:path";
import { launchBrowser, startDemo } from "../tests/demo.fixture.ts";

const docs = join(import.meta.dirname, "../docs");
const demo = await startDemo(150);
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 640 }, deviceScaleFactor: 2 });
  await page.goto(demo.explorerUrl);
  await page.getByRole("link", { name: "GET /orders/1007" }).first().waitFor();

  await page.getByRole("link", { name: "POST /orders/1013" }).first().click();
  await page.getByRole("treegrid").getByText("notifyCustomer").first().click();
  await page.getByRole("complementary").getByText("notify answered 503").first().waitFor();
  await page.screenshot({ path: join(docs, "waterfall.png") });
} finally {
  await browser.close();
  await demo.stop();
}
