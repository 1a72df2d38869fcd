namespace Mail.Local.Processes;

/// <summary>A lock that is gone with the process that has it, however that ends: flock(2), which is what .NET opens a file with.</summary>
internal static class FileLock
{
    /// <summary>Waits for it, and holds it until it is disposed of.</summary>
    internal static async Task<IDisposable> TakeAsync(string file, Action? whileWaiting = null)
    {
        for (var first = true; ; first = false)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file))
            {
                if (first)
                    whileWaiting?.Invoke();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
