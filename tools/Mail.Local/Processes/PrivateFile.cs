using System.Security.Cryptography;

namespace Mail.Local.Processes;

/// <summary>Files that nobody else on the machine may read.</summary>
internal static class PrivateFile
{
    /// <summary>Writes one; it is never there with other rights.</summary>
    internal static void Write(string file, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.Delete(file);
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = mode,
        });
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    }

    internal static string RandomSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
}
