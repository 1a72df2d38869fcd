using Fluid.Ast;
using Fluid.Ast.BinaryExpressions;

namespace Mail.ConfigService.Liquid;

/// <summary>The operators of conditions.</summary>
internal static class LiquidOperators
{
    internal static object? Evaluate(BinaryExpression expression, LiquidRun run)
    {
        var left = run.Evaluate(expression.Left);
        // The other side is not looked at where the first one decides.
        if (expression is AndBinaryExpression)
            return LiquidValue.IsTrue(left) && LiquidValue.IsTrue(run.Evaluate(expression.Right));
        if (expression is OrBinaryExpression)
            return LiquidValue.IsTrue(left) || LiquidValue.IsTrue(run.Evaluate(expression.Right));
        if (expression is EqualBinaryExpression or NotEqualBinaryExpression)
        {
            var areEqual = LiquidValue.AreEqual(
                LiquidNothing.From(expression.Left) ?? left, LiquidNothing.From(expression.Right) ?? run.Evaluate(expression.Right), run);
            return areEqual == expression is EqualBinaryExpression;
        }

        var right = run.Evaluate(expression.Right);
        return expression switch
        {
            GreaterThanBinaryExpression greater =>
                LiquidValue.Compare(left, right) is { } order && (greater.Strict ? order > 0 : order >= 0),
            LowerThanBinaryExpression lower => LiquidValue.Compare(left, right) is { } order && (lower.Strict ? order < 0 : order <= 0),
            ContainsBinaryExpression => Contains(left, right, run),
            _ => null,
        };
    }

    private static bool Contains(object? left, object? right, LiquidRun run)
    {
        switch (left)
        {
            case List<object?> list:
                return list.Exists(item => LiquidValue.AreEqual(item, right, run));
            case LiquidObject @object:
                return @object.ContainsKey(LiquidValue.Text(right, run));
            case string or LiquidMarkup when right is not null:
                var (text, word) = (left.ToString()!, LiquidValue.Text(right, run));
                run.Budget.Search(text, word);
                return text.Contains(word, StringComparison.Ordinal);
            default:
                return false;
        }
    }
}
