import { boot } from "./worker-boot.js";

boot("reader");
