namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>Every ninth picture of clothing's train folder is for validation.</summary>
internal static class ClothingSplit
{
    public static (EmbeddedPictures Train, EmbeddedPictures Validation) TrainAndValidation(int sidePx)
    {
        var all = EmbeddedPictures.Of("clothing/train", sidePx);
        return (all.Where((row, _) => row % 9 != 0), all.Where((row, _) => row % 9 == 0));
    }
}
