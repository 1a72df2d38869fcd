namespace Mail.Local.Processes;

/// <summary>
/// A lock that is gone with the process that has it, however that ends: flock(2), which .NET takes on a file opened with FileShare.None.
/// </summary>
internal static class FileLock
{
    private const int WouldBlock = 11; // EWOULDBLOCK on Linux: errno(3)

    /// <summary>Waits for it, and holds it until it is disposed of.</summary>
    internal static async Task<IDisposable> TakeAsync(string file, Action? whileWaiting = null)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException busy) when (busy.HResult == WouldBlock)
            {
                if (first)
                    whileWaiting?.Invoke();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
