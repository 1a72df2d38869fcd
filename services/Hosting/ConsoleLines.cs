using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Mail.Hosting;

/// <summary>
/// Writes log events to the standard output, all that have come meanwhile at once. A system call for each of them, and each on the thread
/// that is about to hand over an e-mail, was a tenth of a sender's processor time.
/// </summary>
/// <param name="formatter">Makes lines of events.</param>
/// <param name="output">The standard output.</param>
internal sealed class ConsoleLines(ITextFormatter formatter, Stream output) : IBatchedLogEventSink, IDisposable
{
    private readonly StreamWriter _lines = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 * 1024);

    /// <inheritdoc/>
    public async Task EmitBatchAsync(IReadOnlyCollection<LogEvent> batch)
    {
        foreach (var each in batch)
            formatter.Format(each, _lines);
        await _lines.FlushAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}
