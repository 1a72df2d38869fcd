using System.Buffers;
using System.Text;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>Reads commands and messages off a connection, and says replies, as many at once as were asked for at once.</summary>
internal sealed class Lines(Stream stream)
{
    private readonly ArrayBufferWriter<byte> _out = new(512);
    private byte[] _in = new byte[8192];
    private int _start;
    private int _end;

    public Stream Stream { get; set; } = stream;

    /// <summary>Whether more has come than was read.</summary>
    public bool HasMore => _start < _end;

    public void Say(string reply)
    {
        Encoding.UTF8.GetBytes(reply, _out);
        _out.Write("\r\n"u8);
    }

    public async ValueTask FlushAsync(CancellationToken closing)
    {
        if (_out.WrittenCount == 0)
            return;
        await Stream.WriteAsync(_out.WrittenMemory, closing);
        _out.ResetWrittenCount();
    }

    /// <summary>Says a reply that never ends.</summary>
    public async Task DripAsync(Reaction.Dripping dripping, CancellationToken closing)
    {
        await Stream.WriteAsync("250-"u8.ToArray(), closing);
        var drop = new byte[dripping.Size];
        drop.AsSpan().Fill((byte)'x');
        while (true)
        {
            dripping.BeforeEach();
            await Stream.WriteAsync(drop, closing);
            await Task.Yield();
        }
    }

    /// <summary>The next line; null where the connection ended.</summary>
    public async ValueTask<string?> ReadAsync(CancellationToken closing)
    {
        int length;
        while ((length = _in.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            if (!await MoreAsync(closing))
                return null;
        }

        var line = Encoding.UTF8.GetString(_in, _start, length);
        _start += length + 2;
        return line;
    }

    /// <summary>Waits until there is input.</summary>
    public async ValueTask WaitForMoreAsync(CancellationToken closing)
    {
        if (_start == _end)
            await MoreAsync(closing);
    }

    /// <summary>A message up to its final dot, the stuffed dots taken out; null where the connection ended before.</summary>
    public async ValueTask<Message?> ReadMessageAsync(CancellationToken closing)
    {
        var looked = 0;
        while (true)
        {
            var found = FindEnd(_in.AsSpan(_start, _end - _start), looked, out var length);
            if (found)
            {
                var message = Message.Unstuff(_in.AsSpan(_start, length));
                _start += length + 3;
                return message;
            }

            looked = Math.Max(0, _end - _start - 4);
            if (!await MoreAsync(closing))
                return null;
        }
    }

    // Only CR LF . CR LF ends a message: a server that takes less can be smuggled into.
    private static bool FindEnd(ReadOnlySpan<byte> input, int looked, out int length)
    {
        length = 0;
        if (input.StartsWith(".\r\n"u8))
            return true;
        var at = input[looked..].IndexOf("\r\n.\r\n"u8);
        length = looked + at + 2;
        return at >= 0;
    }

    private async ValueTask<bool> MoreAsync(CancellationToken closing)
    {
        await FlushAsync(closing);
        if (_start > 0)
        {
            _in.AsSpan(_start, _end - _start).CopyTo(_in);
            _end -= _start;
            _start = 0;
        }

        if (_end == _in.Length)
            Array.Resize(ref _in, _in.Length * 2);
        var count = await Stream.ReadAsync(_in.AsMemory(_end), closing);
        _end += count;
        return count > 0;
    }
}
