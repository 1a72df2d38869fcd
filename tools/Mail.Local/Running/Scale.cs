using System.Globalization;

namespace Mail.Local.Running;

/// <summary>How many instances of each service there are to be.</summary>
internal sealed class Scale
{
    private readonly Dictionary<ServiceKind, int> _counts;

    private Scale(Dictionary<ServiceKind, int> counts) => _counts = counts;

    internal int this[ServiceKind kind] => _counts[kind];

    internal IEnumerable<ServiceInstance> Instances =>
        ServiceKind.All.SelectMany(kind => Enumerable.Range(1, _counts[kind]).Select(number => new ServiceInstance(kind, number)));

    /// <summary>The scale of a running system stays until another is asked for: <c>up</c> mends, it does not shrink.</summary>
    /// <param name="checkout">Where it is kept.</param>
    /// <param name="asked">What is asked for.</param>
    internal static Scale Choose(Checkout checkout, IReadOnlyDictionary<ServiceKind, int> asked)
    {
        var file = FileOf(checkout);
        var kept = File.Exists(file) ? Read(File.ReadLines(file)) : [];
        var counts = ServiceKind.All.ToDictionary(kind => kind, kind => asked.GetValueOrDefault(kind, kept.GetValueOrDefault(kind, 1)));
        File.WriteAllLines($"{file}.new", counts.Select(count => $"{count.Key.Name}={count.Value}"));
        File.Move($"{file}.new", file, overwrite: true);
        return new(counts);
    }

    internal static void Forget(Checkout checkout) => File.Delete(FileOf(checkout));

    /// <summary>Reads <c>sender=3</c>; null where it is not that, or not from 0 to 50.</summary>
    internal static (ServiceKind Kind, int Count)? Parse(string text) =>
        text.Split('=') is [var name, var number] && ServiceKind.All.FirstOrDefault(kind => kind.Name == name) is { } found
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 50
            ? (found, count)
            : null;

    private static Dictionary<ServiceKind, int> Read(IEnumerable<string> lines) =>
        lines.Select(Parse).OfType<(ServiceKind Kind, int Count)>().ToDictionary(pair => pair.Kind, pair => pair.Count);

    private static string FileOf(Checkout checkout) => Path.Combine(checkout.Run, "scale");
}
