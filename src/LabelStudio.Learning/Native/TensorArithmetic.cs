using TorchSharp;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Native;

/// <summary>
/// Sums and multiples of tensors whose scalar factor is held until libtorch has read it.
/// </summary>
/// <remarks>
/// TorchSharp turns a number, and the hidden factor 1 of <c>a + b</c> and <c>a.add_(b)</c>, into an object with a finalizer and
/// passes only its handle on: when the collector runs during the native call, the number is freed while libtorch still
/// needs it. On a busy machine that was seen within ten runs, as "Expected false to be true" from Scalar.h. So no
/// <c>+</c>, <c>-</c>, <c>add_</c>, <c>mul_(number)</c> in this project where other threads allocate: use these, or
/// operations without a scalar (matmul, addmm, linear, products of tensors).
/// Every method returns a tensor that belongs to the caller's dispose scope.
/// </remarks>
internal static class TensorArithmetic
{
    /// <summary>a + factor·b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b, double factor = 1)
    {
        using Scalar held = factor;
        return a.add(b, held);
    }

    /// <summary>factor·a.</summary>
    public static Tensor Times(this Tensor a, double factor)
    {
        using Scalar held = factor;
        return a.mul(held);
    }

    /// <summary>a ← a + factor·b, in place.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b, double factor = 1)
    {
        using Scalar held = factor;
        return a.add_(b, held);
    }

    /// <summary>a ← a + number, in place.</summary>
    public static Tensor PlusInPlace(this Tensor a, double number)
    {
        using Scalar held = number;
        using Scalar one = 1.0;
        return a.add_(held, one);
    }

    /// <summary>a ← factor·a, in place.</summary>
    public static Tensor ScaleInPlace(this Tensor a, double factor)
    {
        using Scalar held = factor;
        return a.mul_(held);
    }

    /// <summary>a ← a + factor·b·c, element by element, in place.</summary>
    public static Tensor PlusProductInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar held = factor;
        return a.addcmul_(b, c, held);
    }

    /// <summary>a ← a + factor·b/c, element by element, in place.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar held = factor;
        return a.addcdiv_(b, c, held);
    }
}
