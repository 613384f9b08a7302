// An error thrown by a timer is the invocation's, though the response is sent all the same.
export default {
  async fetch() {
    setTimeout(() => {
      throw new Error("thrown by a timer");
    }, 1);
    await scheduler.wait(10);
    return new Response("ok");
  },
} satisfies ExportedHandler;
