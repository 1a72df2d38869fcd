using Mail.Messages;
using Mail.Store;

namespace Mail.SenderService.Attachments;

/// <summary>
/// The attachments of e-mails that are being handed over, and those used last: ten thousand e-mails with one file read it once. Bounded:
/// what no e-mail uses goes, the oldest first, and an e-mail for whose files there is no room waits until others are done.
/// </summary>
public sealed class AttachmentCache : IDisposable
{
    /// <summary>Bytes, encoded: 64 MiB.</summary>
    public const long DefaultLimit = 64 * 1024 * 1024;

    private readonly long _limit;
    private readonly Func<string, AttachmentId, Task<EncodedFile>> _read;
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Entry> _entries = [];
    private readonly SemaphoreSlim _turn = new(1);
    private TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private long _uses;

    /// <param name="read">Reads one of a client.</param>
    /// <param name="limit">Bytes, encoded.</param>
    public AttachmentCache(Func<string, AttachmentId, Task<EncodedFile>> read, long limit = DefaultLimit) =>
        (_read, _limit) = (read, limit);

    // Per client, as it is stored: what another one has is nothing that an e-mail of this one may rest on.
    private readonly record struct Key(string ClientId, AttachmentId Id);

    private sealed class Entry(long bytes, Lazy<Task<EncodedFile>> file)
    {
        internal long Bytes => bytes;
        internal Task<EncodedFile> File => file.Value;
        internal int Users { get; set; }
        internal long UsedLast { get; set; }
    }

    /// <summary>The files of an e-mail, which stay in memory until this is disposed of.</summary>
    /// <param name="Files">By their ids.</param>
    public sealed record Lease(IReadOnlyDictionary<AttachmentId, EncodedFile> Files) : IDisposable
    {
        internal Action? Return { get; init; }

        /// <inheritdoc/>
        public void Dispose() => Return?.Invoke();
    }

    /// <summary>Waits for room, and reads what is not there. Who asks for the same at the same time shares one read.</summary>
    /// <exception cref="Exception">What the reading threw. The next one who asks reads again.</exception>
    public async Task<Lease> RentAsync(string clientId, IEnumerable<Attachment> attachments, CancellationToken cancellationToken)
    {
        var sizes = attachments.DistinctBy(attachment => attachment.Content)
            .ToDictionary(attachment => new Key(clientId, attachment.Content), attachment => MessageSize.Base64(attachment.Size));
        var entries = TryTake(sizes, _turn.CurrentCount == 0) ?? await WaitAsync(sizes, cancellationToken);
        try
        {
            var files = new Dictionary<AttachmentId, EncodedFile>(entries.Count);
            foreach (var (key, entry) in entries)
                files[key.Id] = await entry.File.WaitAsync(cancellationToken);
            return new(files) { Return = () => Release(entries) };
        }
        catch
        {
            Release(entries);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // One waits for room at a time, and no other takes it meanwhile: a large e-mail has its turn, too.
    private async Task<Dictionary<Key, Entry>> WaitAsync(Dictionary<Key, long> sizes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                Task freed;
                lock (_gate)
                    freed = _freed.Task;
                if (TryTake(sizes, presentOnly: false) is { } entries)
                    return entries;
                await freed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // All files of an e-mail or none: two that each had some and waited for the rest would wait for ever.
    private Dictionary<Key, Entry>? TryTake(Dictionary<Key, long> sizes, bool presentOnly)
    {
        lock (_gate)
        {
            var missing = sizes.Where(size => !_entries.ContainsKey(size.Key)).Sum(size => size.Value);
            if (missing > 0 && (presentOnly || !MakeRoom(missing, sizes)))
                return null;
            return sizes.ToDictionary(size => size.Key, size =>
            {
                if (!_entries.TryGetValue(size.Key, out var entry))
                {
                    _entries[size.Key] = entry = new(size.Value, new(() => _read(size.Key.ClientId, size.Key.Id)));
                    _bytes += size.Value;
                }

                entry.Users++;
                entry.UsedLast = ++_uses;
                return entry;
            });
        }
    }

    private bool MakeRoom(long bytes, Dictionary<Key, long> wanted)
    {
        var unused = _entries.Where(entry => entry.Value.Users == 0 && !wanted.ContainsKey(entry.Key))
            .OrderBy(entry => entry.Value.UsedLast).ToList();
        // One that is larger than all the room has it to itself.
        if (_bytes - unused.Sum(entry => entry.Value.Bytes) is var used && used > 0 && used + bytes > _limit)
            return false;
        foreach (var (key, entry) in unused.TakeWhile(_ => _bytes + bytes > _limit))
            Remove(key, entry);
        return true;
    }

    private void Release(Dictionary<Key, Entry> entries)
    {
        lock (_gate)
        {
            foreach (var (key, entry) in entries)
            {
                // What could not be read is read again by the next one.
                if (--entry.Users == 0 && (entry.File is { IsCompleted: true, IsCompletedSuccessfully: false } || _bytes > _limit))
                    Remove(key, entry);
            }

            var freed = _freed;
            _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            freed.SetResult();
        }
    }

    private void Remove(Key key, Entry entry)
    {
        _entries.Remove(key);
        _bytes -= entry.Bytes;
    }
}
