using System.Globalization;
using System.Numerics;
using System.Text;

namespace Mail.ConfigService.Liquid;

/// <summary>
/// A decimal number, exact in whatever size: an order's number beyond 2^53 is what it was, and 0.1 is a tenth.
/// </summary>
/// <param name="Unscaled">The digits.</param>
/// <param name="Scale">How many of them stand behind the point; at least 0.</param>
internal readonly record struct LiquidNumber(BigInteger Unscaled, int Scale)
{
    // Of a quotient that does not end.
    private const int QuotientDigits = 20;

    internal static LiquidNumber Zero => new(0, 0);

    internal bool IsWhole => Scale == 0;

    /// <summary>A number as JSON writes it. False where it is none, or has more than <see cref="LiquidLimits.MaxDigits"/> digits.</summary>
    internal static bool TryParse(string text, out LiquidNumber number)
    {
        number = default;
        var mantissa = text.AsSpan().Trim();
        var exponent = 0;
        if (mantissa.IndexOfAny('e', 'E') is >= 0 and var at)
        {
            if (!int.TryParse(mantissa[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
                return false;
            mantissa = mantissa[..at];
        }

        var point = mantissa.IndexOf('.');
        var scale = point < 0 ? 0 : mantissa.Length - point - 1;
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        if (digits.Length > LiquidLimits.MaxDigits || Math.Abs((long)exponent) > LiquidLimits.MaxDigits
            || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled))
        {
            return false;
        }

        number = scale - exponent >= 0 ? new(unscaled, scale - exponent) : new(unscaled * BigInteger.Pow(10, exponent - scale), 0);
        return true;
    }

    internal static LiquidNumber From(long number) => new(number, 0);

    /// <summary>The whole number that it is or contains, as far as an <see cref="int"/> goes.</summary>
    internal int ToInt32() => (int)BigInteger.Min(BigInteger.Max(Round(MidpointRounding.ToZero, 0).Unscaled, int.MinValue), int.MaxValue);

    internal int CompareTo(LiquidNumber other)
    {
        var (left, right, _) = Align(this, other);
        return left.CompareTo(right);
    }

    public bool Equals(LiquidNumber other) => CompareTo(other) == 0;

    public override int GetHashCode() => Trimmed().Unscaled.GetHashCode();

    public static LiquidNumber operator +(LiquidNumber left, LiquidNumber right)
    {
        var (a, b, scale) = Align(left, right);
        return Bounded(new(a + b, scale));
    }

    public static LiquidNumber operator -(LiquidNumber left, LiquidNumber right) => left + new LiquidNumber(-right.Unscaled, right.Scale);

    public static LiquidNumber operator *(LiquidNumber left, LiquidNumber right) =>
        Bounded(new(left.Unscaled * right.Unscaled, left.Scale + right.Scale));

    public static bool operator <(LiquidNumber left, LiquidNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(LiquidNumber left, LiquidNumber right) => left.CompareTo(right) > 0;

    /// <summary>The quotient; of whole numbers the whole one below, as Liquid has it.</summary>
    internal LiquidNumber DividedBy(LiquidNumber divisor)
    {
        if (divisor.Unscaled.IsZero)
            throw new LiquidException("divides by zero");
        var (a, b, _) = Align(this, divisor);
        if (IsWhole && divisor.IsWhole)
            return new(FloorDivide(a, b), 0);
        return Bounded(new LiquidNumber(RoundedQuotient(a * BigInteger.Pow(10, QuotientDigits), b), QuotientDigits).Trimmed());
    }

    /// <summary>What is left of a division, with the sign of the divisor.</summary>
    internal LiquidNumber Modulo(LiquidNumber divisor)
    {
        if (divisor.Unscaled.IsZero)
            throw new LiquidException("divides by zero");
        var (a, b, scale) = Align(this, divisor);
        return new(a - (FloorDivide(a, b) * b), scale);
    }

    /// <summary>The number with so many digits behind the point.</summary>
    internal LiquidNumber Round(MidpointRounding how, int digits)
    {
        digits = Math.Clamp(digits, 0, LiquidLimits.MaxDigits);
        if (Scale <= digits)
            return this;
        var unit = BigInteger.Pow(10, Scale - digits);
        return new(
            how switch
            {
                MidpointRounding.ToZero => BigInteger.Divide(Unscaled, unit),
                MidpointRounding.ToNegativeInfinity => FloorDivide(Unscaled, unit),
                MidpointRounding.ToPositiveInfinity => -FloorDivide(-Unscaled, unit),
                _ => RoundedQuotient(Unscaled, unit),
            },
            digits);
    }

    /// <summary>Without zeros at its end behind the point.</summary>
    internal LiquidNumber Trimmed()
    {
        var (unscaled, scale) = (Unscaled, Scale);
        while (scale > 0 && (unscaled % 10).IsZero)
            (unscaled, scale) = (unscaled / 10, scale - 1);
        return new(unscaled, scale);
    }

    public override string ToString()
    {
        var digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder(Unscaled.Sign < 0 ? "-" : "");
        if (Scale == 0)
            return text.Append(digits).ToString();
        digits = digits.PadLeft(Scale + 1, '0');
        return text.Append(digits.AsSpan(0, digits.Length - Scale)).Append('.').Append(digits.AsSpan(digits.Length - Scale)).ToString();
    }

    private static (BigInteger Left, BigInteger Right, int Scale) Align(LiquidNumber left, LiquidNumber right)
    {
        var scale = Math.Max(left.Scale, right.Scale);
        return (left.Unscaled * BigInteger.Pow(10, scale - left.Scale), right.Unscaled * BigInteger.Pow(10, scale - right.Scale), scale);
    }

    private static LiquidNumber Bounded(LiquidNumber number) =>
        number.Scale <= 2 * LiquidLimits.MaxDigits && number.Unscaled.GetBitLength() <= 8 * LiquidLimits.MaxDigits
            ? number
            : throw new LiquidTooCostlyException("has a number of too many digits");

    private static BigInteger FloorDivide(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);
        return rest.IsZero || rest.Sign == divisor.Sign ? quotient : quotient - 1;
    }

    // Halves go away from zero.
    private static BigInteger RoundedQuotient(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);
        return BigInteger.Abs(rest) * 2 < BigInteger.Abs(divisor) ? quotient : quotient + (dividend.Sign * divisor.Sign);
    }
}
