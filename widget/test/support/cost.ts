// What a page costs the device: the time of its own thread on the processor, which other processes do not add to.
import type { Page } from "playwright-core";

/** Returns what the page's thread spends while the work goes on, in milliseconds. */
export async function cost(page: Page, work: () => Promise<unknown>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN) * 1000;
  };
  const before = await spent();
  await work();
  const after = await spent();
  await session.detach();
  return after - before;
}
