// One question over a connection, whoever opens it.
export async function ask(socket: Socket, question: string): Promise<string> {
  const writer = socket.writable.getWriter();
  await writer.write(new TextEncoder().encode(question));
  const answer = await new Response(socket.readable).text();
  await socket.close();
  return answer;
}
