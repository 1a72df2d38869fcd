using System.Collections.Concurrent;
using System.Text;
using Mail.Local.Processes;
using Microsoft.AspNetCore.Http;

namespace Mail.Tests.Fixtures;

/// <summary>
/// What a collector is sent: OTLP over HTTP, spans only. The fields' numbers are those of opentelemetry-proto,
/// <c>collector/trace/v1</c> and <c>trace/v1</c>.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Span> _spans = new();
    private WebServer? _server;

    private OtlpReceiver()
    {
    }

    /// <summary>A span, its ids in hexadecimal.</summary>
    public sealed record Span(
        string Service, string Name, string TraceId, string Id, string Parent, IReadOnlyList<string> Events,
        IReadOnlyList<(string TraceId, string Id)> Links);

    public string Endpoint { get; } = $"http://127.0.0.1:{FreePorts.Find(1)[0]}";

    public IReadOnlyCollection<Span> Spans => _spans;

    /// <summary>The variables that make a service export here, and soon.</summary>
    public (string Name, string Value)[] Environment =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "200")];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        receiver._server = await WebServer.StartAsync(new(receiver.Endpoint), receiver.ReceiveAsync);
        return receiver;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (context.Request.Path == "/v1/traces")
            Read(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }

    private void Read(byte[] request)
    {
        foreach (var (_, resourceSpans) in Fields(request, 1))
        {
            var service = Fields(resourceSpans, 1).SelectMany(resource => Fields(resource.Value, 1))
                .Where(attribute => Text(attribute.Value, 1) == "service.name")
                .Select(attribute => Text(Fields(attribute.Value, 2).Single().Value, 1)).Single();
            foreach (var (_, span) in Fields(resourceSpans, 2).SelectMany(scope => Fields(scope.Value, 2)))
            {
                _spans.Enqueue(new(
                    service, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4),
                    [.. Fields(span, 11).Select(entry => Text(entry.Value, 2))],
                    [.. Fields(span, 13).Select(link => (Hex(link.Value, 1), Hex(link.Value, 2)))]));
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(Bytes(message, field).Span);

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(Bytes(message, field).Span);

    private static ReadOnlyMemory<byte> Bytes(ReadOnlyMemory<byte> message, int field) =>
        Fields(message, field).Select(each => each.Value).FirstOrDefault();

    /// <summary>The length-delimited fields of that number (protobuf's encoding, "Message structure").</summary>
    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Value)> Fields(ReadOnlyMemory<byte> message, int wanted)
    {
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    Varint(ref message);
                    break;
                case 1:
                    message = message[sizeof(ulong)..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    if (number == wanted)
                        yield return (number, message[..length]);
                    message = message[length..];
                    break;
                case 5:
                    message = message[sizeof(uint)..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7}");
            }
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
