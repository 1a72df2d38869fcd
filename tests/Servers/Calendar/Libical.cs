using System.Runtime.InteropServices;
using System.Text;
using Mail.Tests.Fixtures;
using NodaTime;

namespace Mail.Tests.Servers.Calendar;

/// <summary>libical, which evaluates recurrence rules by code of other people.</summary>
internal sealed class Libical
{
    private readonly Expand _expand;

    private Libical(string path) => _expand = Marshal.GetDelegateForFunctionPointer<Expand>(
        NativeLibrary.GetExport(NativeLibrary.Load(path), "icalrecur_expand_recurrence"));

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Expand(byte[] rule, long start, int count, [Out] long[] times);

    internal static async Task<Libical> LoadAsync() => new(await DistributionProgram.LibicalAsync());

    /// <summary>The first times of a rule, on floating time.</summary>
    internal List<LocalDateTime> Times(string rule, LocalDateTime start, int count)
    {
        var times = new long[count];
        _ = _expand(
            Encoding.ASCII.GetBytes($"{rule}\0"), (long)(start.ToDateTimeUnspecified() - DateTime.UnixEpoch).TotalSeconds, count, times);
        return [.. times.TakeWhile(time => time != 0).Select(time => LocalDateTime.FromDateTime(DateTime.UnixEpoch.AddSeconds(time)))];
    }
}
